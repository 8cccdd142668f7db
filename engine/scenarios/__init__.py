"""Scenarios: tests of a definition that its owner writes, run on the pure engine with a simulated clock.

Begin with `engine.scenarios.running` (`run_tests`). `script` is the data of a test file, `reading` and its siblings
make it from the text; `world` is the simulated world in which `steps` and `expectations` carry it out; `coverage` and
`report` say what came of it.
"""
