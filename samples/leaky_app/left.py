"""What a recording of memray holds that was allocated and not freed, by line. `python left.py FILE [LINES]`"""

import sys
from collections import Counter

from memray import FileReader


def main(path, lines):
    size, count = Counter(), Counter()
    with FileReader(path) as reader:
        for record in reader.get_leaked_allocation_records(merge_threads=True):
            frames = record.stack_trace()
            _, file, line = frames[0] if frames else ("", "(outside of Python)", 0)
            size[file, line] += record.size
            count[file, line] += record.n_allocations
    print(f"{'bytes':>10} {'allocations':>11}  line")
    for (file, line), held in size.most_common(lines):
        print(f"{held:>10} {count[file, line]:>11}  {file}:{line}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
