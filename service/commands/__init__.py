"""The commands of `zhiban`, one file a noun. Whatever is heavy is imported inside the command that needs it."""
