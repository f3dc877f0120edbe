"""How a mailing leaves and whom it reached: messages, paper, reminders and top-ups, and what a stop holds back."""
