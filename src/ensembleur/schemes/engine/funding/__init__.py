"""The funding plan: which aid pays which action, exactly, under every cap at once."""
