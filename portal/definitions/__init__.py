"""Definitions: the published processes in words, as a picture and as their text, and changes of them tried out."""
