"""One module a kind of check. Each offers `checks(context)`, which names its checks without carrying them out."""
