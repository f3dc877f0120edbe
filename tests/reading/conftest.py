import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # test folders are no packages; `carriers` makes the files read here
