"""Scenarios: tests of a definition that its owner writes, run on the pure engine with a simulated clock.

Begin with `engine.scenarios.running` (`run_tests`). `script` is the data of a test file, `reading` and its siblings
make it from the text. `steps` and `expectations` carry it out in a `scene`, of which `world` is the simulated one;
`coverage` and `report` say what came of it.
"""
