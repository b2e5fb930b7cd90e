-- An Application of the root is as healthy as it says of itself, but not before it says so of what Git asks for now. One that cannot
-- be rendered has nothing in it that could be sick, and calls itself Healthy; its conditions say why it is not.
local status = obj.status or {}
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "ComparisonError" or condition.type == "InvalidSpecError" then
    return { status = "Degraded", message = condition.message }
  end
end

-- Whether a source, of a comparison or of a sync, is the one that the Application has now.
local function isCurrent(source)
  local wanted = obj.spec.source
  if wanted == nil then
    return true
  end
  return source ~= nil and source.repoURL == wanted.repoURL and source.targetRevision == wanted.targetRevision
    and source.path == wanted.path and source.chart == wanted.chart
end

local sync = status.sync or {}
if sync.status == nil or sync.status == "Unknown" or not isCurrent((sync.comparedTo or {}).source) then
  return { status = "Progressing", message = "waiting to be compared with Git" }
end
local operation = status.operationState or {}
local isSyncing = operation.phase == "Running" or not isCurrent((operation.syncResult or {}).source)
if sync.status == "OutOfSync" and isSyncing then
  return { status = "Progressing", message = operation.message or "waiting to be synced" }
end
local health = status.health or {}
return { status = health.status or "Progressing", message = health.message or "" }
