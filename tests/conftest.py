"""What every test may ask for: pictures of the screen (`snap`), and pytest itself under test."""

pytest_plugins = ["tests.snap", "pytester"]
