"""My settings: look, language, devices, password, second factor and tokens."""
