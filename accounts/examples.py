"""The people of the example mode. Anybody may know the password: they exist only where EXAMPLE_DATA is on."""

PASSWORD = "exempel-medborgarlofte"
