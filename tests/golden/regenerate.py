"""Write the golden grades anew, and say which of them changed.

    python -m tests.golden.regenerate          # write
    python -m tests.golden.regenerate --check  # write nothing; exit with 1 where a file would change

Read the differences before committing them: a changed golden grade comes with a changelog line and a changed
signature, in the same commit. A grade that changed while the signature did not is refused, since the signature must
have missed something.
"""

from __future__ import annotations

import argparse
import sys

from tests.golden.cases import CASES, FOLDER, Case, content_of, current_signature, golden_text, read_golden


def change_in(case: Case) -> str | None:
    """Say how a golden file differs from what the engine says now; None where it does not."""
    if not case.path.exists():
        return "new"
    golden = read_golden(case)
    same_signature = golden["signature"] == current_signature()
    if golden["grade"] == content_of(case):
        return None if same_signature else "signature only"
    return "REFUSED: the grade changed and the signature did not" if same_signature else "grade changed"


def main() -> int:
    """Run; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument(
        "--force", action="store_true", help="write what is refused otherwise, since a case itself changed"
    )
    args = parser.parse_args()
    refused = changed = 0
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        change = change_in(case)
        if change is None:
            continue
        changed += 1
        print(f"{case.name}: {change}")
        if change.startswith("REFUSED") and not args.force:
            refused += 1
        elif not args.check:
            case.path.write_text(golden_text(case), encoding="utf-8")
    for path in sorted(FOLDER.glob("*.json")):
        if path.stem not in {case.name for case in CASES}:
            print(f"{path.stem}: no such case; remove {path}")
            changed += 1
    print(f"{changed} of {len(CASES)} differ")
    return 1 if refused or (args.check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
