"""One compile in a process of its own, as the command line does it, with its stages timed.

``python -m benchmarks.once SPEC DIR [--no-checks]`` prints a JSON object of stage to milliseconds.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path


def main(spec: str, out: str, *options: str) -> None:
    """Compile and write, or stop the process with what is wrong."""
    gc.disable()
    began = time.perf_counter()
    from compiler.driver import Options, compile_paths
    from compiler.terraform.writer import commit, plan

    imported = time.perf_counter()
    result = compile_paths((spec,), Options(checks="--no-checks" not in options, programs=False))
    if result.diagnostics:
        from compiler.views import concise

        sys.exit(concise.render(result.diagnostics))
    compiled = time.perf_counter()
    if problems := commit(plan(Path(out), result.files, spec_name=result.spec_name, whole=True)):
        sys.exit(problems[0].message)
    written = time.perf_counter()
    stages = [("import", imported - began), *result.timings, ("write", written - compiled)]
    import orjson  # which the compiler has loaded anyway

    print(orjson.dumps({stage: seconds * 1000 for stage, seconds in stages}).decode(), flush=True)
    os._exit(0)  # as the command line does


if __name__ == "__main__":
    main(*sys.argv[1:])
