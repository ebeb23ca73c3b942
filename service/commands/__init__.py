"""What each `cchc` command does. Imported by `service.cli` when the command is called, never before."""
