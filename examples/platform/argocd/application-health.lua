-- An Application of the root is as healthy as it says of itself, and not before it says something.
local health = (obj.status or {}).health or {}
return { status = health.status or "Progressing", message = health.message or "" }
