"""What is wrong with a definition, or an intake for it, although its form is right: one module for each part."""
