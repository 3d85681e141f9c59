"""``python -m docarchive``."""

from docarchive.cli import main

if __name__ == "__main__":
    main()
