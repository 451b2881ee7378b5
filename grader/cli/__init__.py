"""What the command line reads and prints; the commands themselves are in ``grader.__main__``."""
