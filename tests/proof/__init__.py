"""Tests of the proofreader."""
