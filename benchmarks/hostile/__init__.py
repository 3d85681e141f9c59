"""Hostile archives: runs every command on archives that attack, under a tracer that sees each system call.

    python -m benchmarks.hostile [--seed 1] [--archives 100] [--command search] [--attack links] [--each 8] [--jobs 2]

``attacks`` makes an archive of a stranger: links, names, rows, indexes, notes, settings, front matter and bombs, one to
three of them at a time. ``commands`` has the command lines; a command of the program that has none there gets one from
its parameters. ``tracer`` runs a command under strace and says what it opened, wrote, ran, signalled and connected to.
``judging`` says what of that is a breach. Linux, with strace. See docs/decisions/0077.
"""
