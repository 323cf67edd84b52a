"""When mail may reach a person, which mail they want, and how often: what those choices mean. Pure."""
