"""What the process that others are forked from imports once: all that every chapter needs, and nothing that runs."""

import ipykernel.debugger  # noqa: F401
import ipykernel.kernelapp  # noqa: F401
import IPython.core.interactiveshell  # noqa: F401
import pandas  # noqa: F401
import seaborn  # noqa: F401

import nianbao.chapter.chapter  # noqa: F401
