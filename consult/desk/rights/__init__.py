"""権利と期限: beside the form while one types, on the page of a case, and the table of rules for a lawyer."""
