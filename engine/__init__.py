"""The decisions, pure: no socket, no file, no clock, no logging. Time comes in with the events."""
