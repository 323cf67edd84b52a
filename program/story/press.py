"""Sets a document as PDF, in a process of its own: data comes in as JSON, the PDF goes out.

Run by its path. What is set takes no more memory and time than is said here, and opens no file and no connection:
the text that is compiled is the one beside this file, and what people wrote is only data to it.
"""

import resource
import sys
from pathlib import Path

import typst

MEMORY = 2_000_000_000
"""Bytes of address space."""
SECONDS = 60
"""Of one processor."""
SETTING = Path(__file__).with_name("story.typ")


def main() -> None:
    """Read, set, write. Whatever fails ends the process with its error."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    story = sys.stdin.buffer.read().decode()
    compiler = typst.Compiler(
        SETTING.read_bytes(), ignore_system_fonts=True, font_paths=[], sys_inputs={"story": story}
    )
    made = compiler.compile(format="pdf")
    if isinstance(made, bytes):
        sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
