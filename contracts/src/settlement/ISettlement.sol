// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../leases/ILeases.sol";
import { InstanceKey } from "../leases/InstanceKey.sol";

/// @title The settlement of a period: one root that a quorum of masternodes signed, and what may be claimed by it.
interface ISettlement {
    /// @dev What masternodes sign (EIP-712).
    struct Root {
        uint256 period;
        /// Root over the leaves in {Leaves}.
        bytes32 root;
        /// Sum of the reward leaves, in wei.
        uint256 rewards;
        /// Content address of the published inputs.
        bytes32 inputs;
    }

    struct Reward {
        address account;
        uint32 device;
        uint96 amount;
        uint32 uptimeSeconds;
        uint16 scoreHundredths;
    }

    struct Credit {
        InstanceKey instance;
        /// 30-day month, counted from genesis.
        uint32 month;
        uint96 amount;
    }

    /// @dev A compact multiproof for leaves in the order of their claim (see OpenZeppelin's MerkleProof).
    struct Proof {
        bytes32[] nodes;
        bool[] flags;
    }

    /// @dev Shares of the emission in basis points; the fund has the rest.
    struct EmissionShares {
        uint16 contributorsBps;
        uint16 validatorsBps;
    }

    event FilePosted(uint256 indexed period, uint32 indexed masternode, bytes32 fileHash);
    event HeldPosted(uint256 indexed period, uint32 indexed masternode, uint256 seats);
    event RootProposed(uint256 indexed period, bytes32 root, uint256 signatures, uint256 finalAt);
    event RootAccepted(
        uint256 indexed period, bytes32 root, uint256 rewards, bytes32 inputs, uint256 signatures
    );
    event RewardPaid(uint256 indexed period, uint32 indexed device, address indexed account, uint256 amount);
    event RewardSkipped(uint256 indexed period, uint32 indexed device, SkipReason reason);
    event CreditRefused(uint256 indexed period, InstanceKey indexed instance, uint256 month);
    event EmissionSharesChanged(uint256 contributorsBps, uint256 validatorsBps);

    enum SkipReason {
        AlreadyPaid,
        PotExceeded
    }

    error SettlementCallerNotMasternode(address caller);
    error SettlementTooEarly(uint256 period, uint256 from);
    error SettlementTooLate(uint256 period, uint256 until);
    error SettlementFileInvalid(uint256 period);
    error SettlementAlreadyPosted(uint256 period, uint32 masternode);
    error SettlementRootKnown(uint256 period, bytes32 root);
    error SettlementRootInvalid(uint256 period);
    error SettlementNoRoot(uint256 period);
    error SettlementPotExceeded(uint256 period, uint256 rewards, uint256 pot);
    error SettlementSignaturesUnordered(address signer);
    error SettlementNotActive(address signer);
    error SettlementTooFewSignatures(uint256 signatures, uint256 needed);
    error SettlementProposalWeaker(uint256 period, uint256 signatures, uint256 standing);
    error SettlementProofInvalid(uint256 period);
    error SettlementCallerNotEmission(address caller);
    error SettlementNoProposal(uint256 period);
    error SettlementValidatorsRefused(uint256 amount);
    error SettlementSharesInvalid(uint256 contributorsBps, uint256 validatorsBps);

    /// @notice Commits to the caller's witness file of a period, until 10 minutes (local: 20 s) after its end.
    /// @custom:caller an admitted masternode
    /// @custom:changes the masternode's file hash; its activity
    function postFile(uint256 period, bytes32 fileHash) external;

    /// @notice Says whose files the caller holds, one bit per seat, in the 10 minutes (local: 20 s) after that.
    /// @custom:caller an admitted masternode
    /// @custom:changes the masternode's bitmap
    function postHeld(uint256 period, uint256 seats) external;

    /// @notice Posts a root with signatures in ascending order of their signers. A quorum's is final at once; a
    /// majority's, 7 periods late at the earliest, after 2 periods in which no root with more signatures came.
    /// @custom:caller anyone, with signatures of active masternodes
    /// @custom:changes the period's root; its emission is split among rewards, validators and fund
    function postRoot(Root calldata root, bytes[] calldata signatures) external;

    /// @notice Makes a majority's root final once its challenge time is over.
    /// @custom:caller anyone
    /// @custom:changes as postRoot
    function acceptRoot(uint256 period) external;

    /// @notice Pays rewards to their accounts; one that was paid or exceeds the pot is skipped.
    /// @custom:caller anyone, with a proof
    /// @custom:changes the rewards are marked as paid and pushed
    function payRewards(uint256 period, Reward[] calldata rewards, Proof calldata proof) external;

    /// @notice Hands bills to the leases, which charge them; one that cannot be charged is left out.
    /// @custom:caller anyone, with a proof
    /// @custom:changes the leases and their accounts; pays device owners, masternodes and the treasury
    function payBills(uint256 period, ILeases.Bill[] calldata bills, Proof calldata proof) external;

    /// @notice Hands availability credits to the leases, which book what the treasury had from each.
    /// @custom:caller anyone, with a proof
    /// @custom:changes the accounts' balances
    function payCredits(uint256 period, Credit[] calldata credits, Proof calldata proof) external;

    /// @notice Sets the shares of the emission for periods that start from now on; contributors get 6,000 at least.
    /// @custom:caller owner
    /// @custom:changes emission shares
    function setEmissionShares(EmissionShares calldata shares) external;

    /// @notice The final root of `period` and when it became final; both 0 when there is none.
    function rootOf(uint256 period) external view returns (bytes32 root, uint256 acceptedAt);

    /// @notice The proposal of a majority that stands for `period`; all 0 when there is none.
    function proposalOf(uint256 period)
        external
        view
        returns (bytes32 root, uint256 signatures, uint256 finalAt);

    /// @notice The shares of the emission that were in force at `time`.
    function emissionSharesAt(uint256 time) external view returns (EmissionShares memory);

    /// @notice What masternodes sign for `root` (EIP-712).
    function rootDigest(Root calldata root) external view returns (bytes32);

    /// @notice The latest period that has a final root; false when none has.
    function newestPeriod() external view returns (bool exists, uint256 period);

    /// @notice The files that a quorum holds, one bit per seat.
    function fileSet(uint256 period) external view returns (uint256 seats);

    /// @notice The hash that the masternode in `seat` committed to, 0 when it did not.
    function fileOf(uint256 period, uint8 seat) external view returns (bytes32);

    /// @notice Whether the reward of `device` for `period` was paid.
    function isPaid(uint256 period, uint32 device) external view returns (bool);

    /// @notice What of the period's pot is left to pay, in wei.
    function potLeft(uint256 period) external view returns (uint256);
}
