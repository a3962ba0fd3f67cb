"""What several tests use: copies of the project, small data, processes to look after."""
