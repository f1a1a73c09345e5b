"""Small tests roots that a runner may easily get wrong, by name: their files, and the targets of the run."""

from __future__ import annotations

from . import configuration, outcomes, output, processes

TRAPS = outcomes.TRAPS | configuration.TRAPS | output.TRAPS | processes.TRAPS
