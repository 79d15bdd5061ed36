# %% [markdown]
# # Answers to the exercises

# %%
import hbsim
from lesson import expect

hbsim.about()
