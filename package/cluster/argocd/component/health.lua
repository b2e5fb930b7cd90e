-- The health of a claim for Argo CD, from the conditions that Crossplane and its function write.
local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local ready, synced = conditions.Ready, conditions.Synced

-- A condition tells of the spec that it was written for.
local function isCurrent(condition)
  return condition.observedGeneration == nil or condition.observedGeneration >= obj.metadata.generation
end

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "being deleted" }
end
if synced ~= nil and synced.reason == "ReconcilePaused" and isCurrent(synced) then
  return { status = "Suspended", message = "reconciliation is paused" }
end
if synced ~= nil and synced.status == "False" and isCurrent(synced) then
  return { status = "Degraded", message = synced.message }
end
if ready == nil or synced == nil or not isCurrent(ready) or not isCurrent(synced) then
  return { status = "Progressing", message = "waiting for Crossplane" }
end
if ready.status == "True" then
  return { status = "Healthy", message = status.message }
end
if status.phase == "Degraded" or status.phase == "Failed" then
  return { status = "Degraded", message = status.message }
end
return { status = "Progressing", message = status.message or ready.message }
