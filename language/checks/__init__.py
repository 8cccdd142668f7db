"""What is wrong with a definition, or how events come in for it, although its form is right, part by part."""
