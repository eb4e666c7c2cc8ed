"""What the pages show, made ready: templates only write it out. Everything is taken from one Evaluation."""
