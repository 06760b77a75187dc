"""Who may do what: users, sign-in, sessions, tokens, and the one policy that every door asks."""
