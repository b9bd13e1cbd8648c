"""The test kit: clocks wound by hand, builders, servers, and the exam of each kind of part."""
