"""The repository: the house and its rules, notebooks as committed, docs, requirements."""
