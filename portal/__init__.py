"""The portal: pages for people, made on the server, that work without JavaScript and get better with it."""
