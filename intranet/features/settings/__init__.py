"""My settings: profile, language, look, devices and tokens."""
