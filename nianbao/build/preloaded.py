"""What the process that kernels are forked from imports once: all that every chapter needs, and nothing that runs."""

import gc
import os

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else the debugger, which no chapter uses, warns of Python's own modules

import ipykernel.debugger  # noqa: F401
import ipykernel.kernelapp  # noqa: F401
import IPython.core.interactiveshell  # noqa: F401
import pandas  # noqa: F401
import seaborn  # noqa: F401

from nianbao import chapter  # noqa: F401

gc.freeze()  # what all share need not be looked through again and again in each of them
