"""The tests, room by room as the program; then build, web, robustness and the project itself."""
