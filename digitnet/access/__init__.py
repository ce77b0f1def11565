"""Who asks, and what each may do: roles, callers, permissions, and the file of settings that names them."""
