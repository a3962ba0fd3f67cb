"""When what is made: processes and kernels, chapters and their cache, an edition, many of them; a new province.

May import: every other room.

An edition is described by `edition` and made by `building`, step by step: `chapters` (what is stale is executed),
`assembly`, `sphinx`, `companion` (what is made beside) and `prints`; `cache` knows what is still good. A notebook is a
`job`, executed by `engine` within its `limits`; `runner` executes many, here or on a `cluster`. Their processes come
from `processes`: kernels (`kernels`) and objects (`beside`), forked from `forkserver`, which has imported `preloaded`.
`batch`, `check`, `serve` and `watch` are commands of their own, `province` begins another repository.
"""
