// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The current or last lease of an instance. Ids of masternodes fit 24 bits: no more are registered.
struct Lease {
    uint64 token;
    uint32 device;
    /// Micro-USD an hour.
    uint40 rate;
    /// Start, or end of the last billed period.
    uint40 from;
    /// 0 while it is open.
    uint40 end;
    /// The masternode that gets the share.
    uint24 beneficiary;
    /// In wei: the buffer while it is open, the hold once it is closed.
    uint96 reserve;
    uint24 opener;
    uint32 kind;
}

/// @dev What is left to bill of a closed lease after its instance's next one opened. A hold fits 88 bits: 21,000,000
/// NXQ are less than 2⁸⁵ wei.
struct Residue {
    uint40 rate;
    uint32 device;
    uint40 from;
    uint32 duration;
    uint24 beneficiary;
    uint88 hold;
}

/// @title Reading and moving leases.
library LeaseRecord {
    function isOpen(Lease storage self) internal view returns (bool) {
        return self.end == 0 && self.token != 0;
    }

    /// @notice Whether it is closed with seconds that no bill or skip has passed yet.
    function isUnbilled(Lease storage self) internal view returns (bool) {
        return self.end > self.from;
    }

    function toResidue(Lease storage self) internal view returns (Residue memory) {
        return Residue({
            rate: self.rate,
            device: self.device,
            from: self.from,
            duration: uint32(self.end - self.from),
            beneficiary: self.beneficiary,
            hold: uint88(self.reserve)
        });
    }
}
