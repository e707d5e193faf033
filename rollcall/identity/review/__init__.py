"""What a person does with a doubtful pair: look at both rows, decide, send lists to units and take them back."""
