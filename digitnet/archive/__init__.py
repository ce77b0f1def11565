"""Read archives of any size: list their files, have them read in parallel, and write parts that a stop never spoils."""
