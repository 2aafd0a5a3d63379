"""Reading from git: the repository, a commit, and the files as they were. Nothing is ever written."""
