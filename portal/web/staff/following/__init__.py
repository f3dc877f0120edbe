"""Following a mailing: its page, approval, stop and pause, who has it, who read it, letters on paper."""
