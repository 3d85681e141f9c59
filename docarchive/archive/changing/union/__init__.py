"""Union: makes this archive hold what another one holds, too. See docs/decisions/0130."""
