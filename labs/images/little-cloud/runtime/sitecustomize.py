"""Read by Python before a function: what makes `/tmp` an instance's own.

`/tmp` leads to the folder that descriptor 250 has open, another one in each instance.
Programs that a function starts would lose it, for Python closes descriptors before.
"""

import os
import _posixsubprocess

_FOLDER = 250
_start = _posixsubprocess.fork_exec


def _fork_exec(args, executables, close, kept, *rest):
    return _start(args, executables, close, tuple(sorted({*kept, _FOLDER})), *rest)


try:
    os.fstat(_FOLDER)
except OSError:
    # Nothing is there to hand on.
    pass
else:
    _posixsubprocess.fork_exec = _fork_exec
    # The other way of `subprocess`, which closes all of them.
    vars(os).pop("POSIX_SPAWN_CLOSEFROM", None)
