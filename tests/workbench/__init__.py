"""Tests of the workbench, outside of a browser and in one."""
